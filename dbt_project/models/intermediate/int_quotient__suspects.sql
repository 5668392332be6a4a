-- Figures that are one figure over another and disagree with a pair of their parts. Grain: observation_id.
select distinct observation_id
from ({{ compared_quotients() }}) as compared
where distance > 0
