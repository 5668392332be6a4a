select indicator, dimension, whole, part, is_leaf, left_out_in from {{ ref("int_part__within") }}
