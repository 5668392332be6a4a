{#-
    Figures that are one figure over another and disagree with a pair of their parts: every pair of such a
    figure, with how far it is from agreement (0 within rounding, 1 if it was cut off, 2 in contradiction).
    Grain: rule_id, pass, observation_id, numerator_id, denominator_id.

    The three intervals decide: the product of the result's and the denominator's meets the numerator's, or
    does not. Of millions of figures only those that disagree get this second look.
-#}
{{ compared_quotients('select observation_id from ' ~ ref('int_quotient__suspects')) }}
