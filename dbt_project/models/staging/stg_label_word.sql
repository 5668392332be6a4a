select codelist, code, text from {{ source("codelist", "label_word") }}
