<?php

/**
 * Two WordPresses of one web root, from the same files: one at `/`, one in the folder `/shop`.
 * The environment names the address of the root and the folder of their databases and extras.
 */

$folder = PHP_SAPI === 'cli' ? getenv('WORDPRESS_FOLDER') : '';
if (preg_match('#^/shop\b#', $_SERVER['REQUEST_URI'] ?? '')) {
    $folder = '/shop';
}
define('WP_HOME', getenv('WORDPRESS_ADDRESS') . $folder);
define('WP_SITEURL', WP_HOME);
define('WPMU_PLUGIN_DIR', __DIR__ . '/extras');

define('DB_NAME', 'wordpress');
define('DB_USER', '');
define('DB_PASSWORD', '');
define('DB_HOST', '');
define('DB_CHARSET', 'utf8');
define('DB_DIR', getenv('WORDPRESS_DATA'));
define('DB_FILE', 'wordpress' . strtr($folder, '/', '-') . '.sqlite');
$table_prefix = 'wp_';

// Nothing is looked for on the internet.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', '127.0.0.1');
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);

require_once ABSPATH . 'wp-settings.php';
