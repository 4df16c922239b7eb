"""The store, SMTP, mail parsing, templates and languages, as the use cases need them."""
