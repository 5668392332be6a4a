-- One row a rule: how grave it is, the model that looks for it, the roles of the cells that it names, and what it says.
select rule_id, severity, model, roles, says_en, says_zh
from {{ source('rule', 'rule') }}
