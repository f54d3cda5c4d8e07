"""Static files under hashed names, compressed when collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites module imports to hashed names too, so that a browser never mixes two releases."""

    support_js_module_import_aggregation = True
    manifest_strict = True
    # One pass for each step of the longest chain of imports; Django's five are too few for small modules.
    max_post_process_passes = 20
