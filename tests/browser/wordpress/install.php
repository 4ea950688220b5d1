<?php

/** A WordPress with two pages of a shop: run by `php`, with the environment of `wp-config.php`. */

define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('Tea House', 'owner', 'owner@example.com', true, '', 'a password of owner');
kses_remove_filters(); // an owner may write any HTML
wp_insert_user(['user_login' => 'ben', 'user_pass' => 'a password of ben', 'role' => 'subscriber']);
foreach (['Teas', 'Order'] as $title) {
    $button = '<a class="add_to_cart_button" href="#">Add to cart</a>';
    $form = '<form id="order"><input name="email"></form>';
    wp_insert_post([
        'post_type' => 'page',
        'post_status' => 'publish',
        'post_title' => $title,
        'post_content' => "<!-- wp:html -->$button$form<!-- /wp:html -->",
    ]);
}
