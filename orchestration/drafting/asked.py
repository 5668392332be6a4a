"""How a draft says what it leaves to a person, and what a person is to look at."""

#: What a person puts a code in place of: no code of any list, so that intake says what is expected there.
DECIDE = "DECIDE"
#: How the remark begins beside what is written down for a person to confirm: the page prints it nowhere.
CONFIRM = "confirm"
