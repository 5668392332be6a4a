select indicator, dimension, whole, part, is_leaf from {{ ref("int_part__within") }}
