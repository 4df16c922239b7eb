"""The image in fact: built, run as docker-compose.yml says, and asked what it can do and what it cannot."""
