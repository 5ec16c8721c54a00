<?php
// Makes the snapshot site: tables, one user of each role with an application password, an empty blog.
define('WP_INSTALLING', true);
[, $core, $out] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('BACKCHANNEL_SITE_URL'), PHP_URL_HOST);
require $core . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-includes/class-wp-application-passwords.php';
add_filter('pre_wp_mail', '__return_true');

wp_install('Small hours', 'admin', 'admin@blog.example', true, '', wp_generate_password(24));
wp_update_user(['ID' => 1, 'user_url' => '']);
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}
update_option('permalink_structure', '/%postname%/');
update_option('blogdescription', 'A blog for tests');
switch_theme('twentytwentythree');
add_role('relayer', 'Relayer', array_fill_keys(
    ['read', 'edit_posts', 'edit_others_posts', 'edit_published_posts', 'moderate_comments'], true));
add_role('moderator', 'Moderator', array_fill_keys(['read', 'edit_posts', 'moderate_comments'], true));

$users = [];
foreach (['administrator', 'editor', 'relayer', 'moderator', 'author', 'subscriber'] as $role) {
    $login = $role === 'administrator' ? 'admin' : $role;
    $id = $role === 'administrator' ? get_user_by('login', $login)->ID : wp_insert_user([
        'user_login' => $login, 'user_pass' => wp_generate_password(24), 'role' => $role,
        'user_email' => "$login@blog.example", 'display_name' => ucfirst($login),
    ]);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']);
    $users[$role] = [
        'user_id' => $id, 'login' => $login, 'email' => "$login@blog.example",
        'application_password' => WP_Application_Passwords::chunk_password($password),
        'display_name' => get_userdata($id)->display_name,
    ];
}
flush_rewrite_rules();
file_put_contents($out, json_encode(['version' => $wp_version, 'users' => $users]));
