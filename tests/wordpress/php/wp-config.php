<?php
// One core serves many sites: which one, and under which address, comes from the environment.
$site = getenv('BACKCHANNEL_SITE');
define('DB_ENGINE', 'sqlite');
define('DB_DIR', $site);
define('DB_FILE', 'site.sqlite');
define('DB_NAME', 'site');
define('DB_USER', '');
define('DB_PASSWORD', '');
define('DB_HOST', '');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', getenv('BACKCHANNEL_SITE_URL'));
define('WP_SITEURL', getenv('BACKCHANNEL_SITE_URL'));
define('WP_CONTENT_DIR', $site . '/wp-content');
define('WPMU_PLUGIN_DIR', __DIR__ . '/wp-content/mu-plugins');
define('WP_ENVIRONMENT_TYPE', 'local');  // application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost');
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, hash('sha256', $name . ' of a throw-away test site'));
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
