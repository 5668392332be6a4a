select indicator, dimension, whole, part as leaf from {{ ref("int_part__within") }} where is_leaf
