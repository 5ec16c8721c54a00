<?php
// Must-use plugin: what an owner or another plugin may do to a blog, switched on by the tests.
if (!defined('WP_INSTALLING') && !defined('BACKCHANNEL_CONTROL')) {
    if (is_file(getenv('BACKCHANNEL_SITE') . '/maintenance')) {
        // Word for word what core does for its own file, which here would be shared by all sites.
        header('Retry-After: 600');
        wp_die(__('Briefly unavailable for scheduled maintenance. Check back in a minute.'), __('Maintenance'), 503);
    }
    add_filter('rest_authentication_errors', function ($result) {
        if ($result === null && get_option('backchannel_close_rest') && !is_user_logged_in()) {
            return new WP_Error('rest_login_required', 'REST API restricted to authenticated users.', ['status' => 401]);
        }
        return $result;
    }, 99);
}
