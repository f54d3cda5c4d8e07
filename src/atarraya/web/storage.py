"""Static files under hashed names, compressed when collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites module imports to hashed names too, so that a browser never mixes two releases."""

    support_js_module_import_aggregation = True
    manifest_strict = True
