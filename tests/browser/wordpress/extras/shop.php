<?php

/**
 * What stands in for WooCommerce: a cart, and those two routes of its Store API that our script
 * calls. Addresses, cookies, sessions, nonces, errors and the REST server are WordPress's own.
 *
 * Nonce, its action, codes and statuses of errors, and the answer to a signed-in customer without
 * WordPress's own nonce are as in WooCommerce's AbstractCartRoute and Authentication (10.x).
 */

const CART_COOKIE = 'wp_woocommerce_session';
const ITEMS_COOKIE = 'woocommerce_items_in_cart';

function cart(): array
{
    $known = get_option('cart_' . md5($_COOKIE[CART_COOKIE] ?? ''), null);
    return $known ?: ['items' => 0, 'coupons' => []];
}

function keep_cart(array $cart): void
{
    $visitor = $_COOKIE[CART_COOKIE] ?? bin2hex(random_bytes(8));
    setcookie(CART_COOKIE, $visitor, 0, COOKIEPATH ?: '/');
    setcookie(ITEMS_COOKIE, '1', 0, COOKIEPATH ?: '/');
    update_option('cart_' . md5($visitor), $cart, false);
}

function cart_document(): array
{
    $cart = cart();
    return [
        'items_count' => $cart['items'],
        'coupons' => array_map(fn ($code) => ['code' => $code], $cart['coupons']),
        'totals' => ['total_items' => (string) ($cart['items'] * 1000)],
    ];
}

function refusal(string $code, string $message, int $status): WP_Error
{
    return new WP_Error($code, $message, ['status' => $status]);
}

function with_nonce(array|WP_Error $told): WP_REST_Response
{
    $answer = is_wp_error($told) ? rest_convert_error_to_response($told) : rest_ensure_response($told);
    $answer->header('Nonce', wp_create_nonce('wc_store_api'));
    $answer->header('User-ID', get_current_user_id());
    if (get_option('hosting_keeps')) {
        $answer->header('Cache-Control', 'max-age=' . get_option('hosting_keeps'));
    }
    return $answer;
}

function apply_coupon(WP_REST_Request $request): array|WP_Error
{
    $nonce = $request->get_header('Nonce');
    if ($nonce === null) {
        return refusal('woocommerce_rest_missing_nonce', 'Missing the Nonce header.', 401);
    }
    if (!wp_verify_nonce($nonce, 'wc_store_api')) {
        return refusal('woocommerce_rest_invalid_nonce', 'Nonce is invalid.', 403);
    }
    $code = strtolower(trim($request['code']));
    if ($code !== get_option('coupon')) {
        return refusal('woocommerce_rest_cart_coupon_error', "Coupon \"$code\" does not exist!", 400);
    }
    $cart = cart();
    $cart['coupons'][] = $code;
    keep_cart($cart);
    return cart_document();
}

add_action('rest_api_init', function () {
    $open = ['permission_callback' => '__return_true'];
    register_rest_route('wc/store/v1', '/cart', $open + [
        'methods' => 'GET',
        'callback' => fn () => with_nonce(cart_document()),
    ]);
    register_rest_route('wc/store/v1', '/cart/apply-coupon', $open + [
        'methods' => 'POST',
        'callback' => fn ($request) => with_nonce(apply_coupon($request)),
        'args' => ['code' => ['type' => 'string']],
    ]);
    if (str_starts_with($GLOBALS['wp']->query_vars['rest_route'] ?? '', '/wc/store/')) {
        add_filter('rest_authentication_errors', fn ($known) => $known ?: true);
    }
});

// The button of a classic theme puts into the cart without a new page, and tells so by jQuery.
add_action('wp_ajax_nopriv_add_to_cart', 'add_to_cart');
add_action('wp_ajax_add_to_cart', 'add_to_cart');

function add_to_cart(): void
{
    $cart = cart();
    $cart['items']++;
    keep_cart($cart);
    wp_send_json_success();
}

add_action('wp_enqueue_scripts', function () {
    wp_register_script('shop', '', ['jquery'], false, ['in_footer' => true]);
    wp_enqueue_script('shop');
    $address = wp_json_encode(admin_url('admin-ajax.php'));
    wp_add_inline_script('shop', <<<SCRIPT
        jQuery(".add_to_cart_button").on("click", (event) => {
          event.preventDefault();
          jQuery.post($address, {action: "add_to_cart"}, () => jQuery(document.body).trigger("added_to_cart"));
        });
        SCRIPT);
});

// What a theme's or a plugin's field "header scripts" does with its text.
add_action('wp_head', fn () => print(get_option('header_scripts', '')));

// Nothing is mailed.
add_filter('pre_wp_mail', '__return_true');
