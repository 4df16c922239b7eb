"""What ``citiesshare status`` shows: what is asked, what it amounts to, and how it is drawn."""
