select text, qualifier from {{ source("codelist", "hedge_text") }}
