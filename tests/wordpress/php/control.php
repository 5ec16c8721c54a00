<?php
// The tests' own door: what the owner and web visitors do, and the truth read straight from the tables.
if (!hash_equals(getenv('BACKCHANNEL_CONTROL_KEY') ?: bin2hex(random_bytes(16)), $_SERVER['HTTP_X_CONTROL_KEY'] ?? '')) {
    http_response_code(404);
    exit;
}
define('BACKCHANNEL_CONTROL', true);
$call = json_decode(file_get_contents('php://input'), true, 64, JSON_THROW_ON_ERROR);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
remove_action('check_comment_flood', 'check_comment_flood_db');
add_filter('pre_wp_mail', '__return_true');
kses_remove_filters();

const STATUSES = ['approved' => '1', 'hold' => '0', 'spam' => 'spam', 'trash' => 'trash'];

function must_do($result) {
    if (is_wp_error($result)) {
        throw new RuntimeException($result->get_error_message());
    }
    if (!$result) {
        throw new RuntimeException('the blog did nothing');
    }
    return $result;
}

/** The columns of a post that a call names, as wp_insert_post wants them. */
function post_fields(array $call): array {
    $names = ['title' => 'post_title', 'html' => 'post_content', 'excerpt' => 'post_excerpt', 'slug' => 'post_name',
        'status' => 'post_status', 'password' => 'post_password', 'comment_status' => 'comment_status',
        'date_gmt' => 'post_date_gmt', 'author' => 'post_author'];
    $fields = [];
    foreach ($names as $ours => $theirs) {
        if (isset($call[$ours])) {
            $fields[$theirs] = $call[$ours];
        }
    }
    if (isset($fields['post_date_gmt'])) {
        $fields['post_date'] = get_date_from_gmt($fields['post_date_gmt']);
        $fields['edit_date'] = true;
    }
    return $fields;
}

function attach_image(int $post_id, array $image): void {
    $file = wp_upload_bits($image['name'], null, base64_decode($image['content']));
    if (!empty($file['error'])) {
        throw new RuntimeException($file['error']);
    }
    $id = must_do(wp_insert_attachment(
        ['post_mime_type' => $image['type'], 'post_title' => $image['name'], 'post_status' => 'inherit'], $file['file'], $post_id, true));
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file['file']));
    update_post_meta($id, '_wp_attachment_image_alt', wp_slash($image['alt']));
    set_post_thumbnail($post_id, $id);
}

function publish(array $call): int {
    $ids = array_map(fn ($name) => term_exists($name, 'category')['term_id']
        ?? must_do(wp_insert_term($name, 'category'))['term_id'], $call['categories'] ?? []);
    $fields = post_fields($call) + ['post_category' => array_map('intval', $ids)];
    $id = must_do(wp_insert_post(wp_slash($fields), true));
    if (isset($call['image'])) {
        attach_image($id, $call['image']);
    }
    return $id;
}

function add_comment(array $call): int {
    kses_init_filters();
    $id = must_do(wp_new_comment(wp_slash([
        'comment_post_ID' => $call['post_id'], 'comment_parent' => $call['parent_id'], 'comment_content' => $call['text'],
        'comment_author' => $call['name'], 'comment_author_email' => $call['email'], 'comment_author_url' => $call['url'],
        'comment_author_IP' => '127.0.0.1', 'comment_agent' => 'a web browser', 'comment_type' => 'comment', 'user_id' => 0,
    ]), true));
    if (isset($call['status'])) {
        wp_set_comment_status($id, STATUSES[$call['status']]);
    }
    return $id;
}

function comments(array $call): array {
    global $wpdb;
    $words = array_flip(STATUSES);
    $rows = $wpdb->get_results($wpdb->prepare("SELECT * FROM $wpdb->comments WHERE comment_post_ID = %d ORDER BY comment_ID", $call['post_id']));
    return array_map(fn ($row) => [
        'comment_id' => (int) $row->comment_ID, 'post_id' => (int) $row->comment_post_ID, 'parent_id' => (int) $row->comment_parent,
        'status' => (string) ($words[$row->comment_approved] ?? $row->comment_approved), 'author_name' => $row->comment_author,
        'author_email' => $row->comment_author_email, 'author_url' => $row->comment_author_url, 'author_ip' => $row->comment_author_IP,
        'user_agent' => $row->comment_agent, 'user_id' => (int) $row->user_id, 'content' => $row->comment_content,
        'created_at' => $row->comment_date_gmt,
    ], $rows);
}

function revoke_password(array $call): bool {
    require_once ABSPATH . 'wp-includes/class-wp-application-passwords.php';
    return (bool) must_do(WP_Application_Passwords::delete_all_application_passwords($call['user_id']));
}

function use_plain_permalinks(): bool {
    global $wp_rewrite;
    $wp_rewrite->set_permalink_structure('');
    $wp_rewrite->flush_rules();
    return true;
}

$operations = [
    'publish' => 'publish',
    'edit_post' => fn ($call) => must_do(wp_update_post(wp_slash(['ID' => $call['post_id']] + post_fields($call)), true)),
    'trash_post' => fn ($call) => (bool) must_do(wp_trash_post($call['post_id'])),
    'delete_post' => fn ($call) => (bool) must_do(wp_delete_post($call['post_id'], true)),
    'post_address' => fn ($call) => get_permalink($call['post_id']),
    'add_comment' => 'add_comment',
    'comments' => 'comments',
    'edit_comment' => fn ($call) => must_do(wp_update_comment(['comment_ID' => $call['comment_id'], 'comment_content' => wp_slash($call['html'])], true)),
    'set_comment_status' => fn ($call) => $call['status'] === 'trash'
        ? must_do(wp_trash_comment($call['comment_id'])) : must_do(wp_set_comment_status($call['comment_id'], STATUSES[$call['status']])),
    'delete_comment' => fn ($call) => must_do(wp_delete_comment($call['comment_id'], true)),
    'revoke_password' => 'revoke_password',
    'use_plain_permalinks' => 'use_plain_permalinks',
    'set_option' => function ($call) { update_option($call['name'], $call['value']); return true; },
];
header('Content-Type: application/json');
try {
    echo json_encode(['result' => $operations[$call['operation']]($call)], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
} catch (RuntimeException $error) {
    http_response_code(422);
    echo json_encode(['error' => $error->getMessage()]);
}
