"""The implementation of ``citiesshare status``: queries, models and tables."""
