"""The unified social credit code (GB 32100-2015): eighteen characters, the last of which checks the rest."""

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_MODULUS = len(CHARACTERS)


def check_character(body: str) -> str:
    """The last character that belongs to the first seventeen."""
    total = sum(CHARACTERS.index(c) * pow(3, place, _MODULUS) for place, c in enumerate(body))
    return CHARACTERS[-total % _MODULUS]


def is_credit_code(code: str) -> bool:
    """Whether these eighteen characters can be a unified social credit code."""
    well_formed = len(code) == LENGTH and set(code) <= set(CHARACTERS)
    return well_formed and check_character(code[:-1]) == code[-1]
