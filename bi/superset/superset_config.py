"""Superset's settings: one machine, this warehouse, nothing outside. `bi.superset.start` sets what they read."""

import os
from pathlib import Path

STATE = Path(os.environ["MINSHENG_SUPERSET"])
SECRET_KEY = (STATE / "secret_key").read_text(encoding="utf-8")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{STATE / 'superset.db'}"

# A release may be promoted at any moment: what was drawn is asked for again each time.
CACHE_CONFIG = DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
FILTER_STATE_CACHE_CONFIG = EXPLORE_FORM_DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": str(STATE / "cache"),
}
RATELIMIT_STORAGE_URI = "memory://"

# Served on the loopback address without TLS, and nothing may be fetched from elsewhere.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "force_https": False,
    "session_cookie_secure": False,
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
}
LANGUAGES = {"en": {"flag": "us", "name": "English"}, "zh": {"flag": "cn", "name": "中文"}}
FEATURE_FLAGS = {"ALERT_REPORTS": False}
APP_NAME = "Minsheng 民生"
