-- One row a wording that hedges a number.
select text, qualifier
from {{ source('codelist', 'hedge_text') }}
