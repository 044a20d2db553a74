"""Made-up numbers of nobody, right by their own check digit: what a leaked data set consists of."""

from shared.samples import is_card_number, is_identity_number


def an_identity(n: int) -> str:
    """An identity number."""
    body = f"33010619{60 + n % 40}0{1 + n % 9}1{n % 10}{n % 1000:03d}"
    return next(body + last for last in "0123456789X" if is_identity_number(body + last))


def a_phone(n: int) -> str:
    """A mobile number."""
    return f"139{n * 7919 % 100_000_000:08d}"


def a_card(n: int) -> str:
    """A bank card number."""
    body = f"622202{n * 104_729 % 1_000_000_000:09d}"
    return next(body + last for last in "0123456789" if is_card_number(body + last))
