"""Where allauth speaks in our words."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up and sign-in, with the sentences of this site."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": "This name is taken.",
        "username_blacklisted": "This name can't be used: it would look like somebody official.",
        "email_password_mismatch": "This address and this password do not belong together.",
        "too_many_login_attempts": "That was wrong too often. Try again in half an hour, or choose a new password.",
    }
