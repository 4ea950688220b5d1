<?php

/** `story.php CLIENT BASE KEY STAFF MARK`: a checkout by the client in PHP; prints what it saw. */

[, $client, $base, $key, $staffKey, $mark] = $argv;
require $client;

use Grapevine\Grapevine;
use Grapevine\Problem;
use function Grapevine\every;

[$shop, $staff] = [new Grapevine($base, $key), new Grapevine($base, $staffKey)];
[$anna, $ben, $first, $second] = ["anna-$mark", "ben-$mark", "1-$mark", "2-$mark"];
$seen = [];

$shop->members->put($anna, ['login' => $anna, 'name' => 'Anna Schmidt']);
try {
    $shop->members->put($ben, ['login' => $ben, 'referrer_login' => 'nobody at all']);
} catch (Problem $problem) {
    $seen['refused'] = [$problem->status, $problem->code, $problem->errors[0]['field']];
}
$seen['advocate'] = $shop->members->put($ben, ['login' => $ben, 'referrer_login' => $anna])['referred_by'];
$quote = $shop->quotes->create(['customer' => ['id' => $ben], 'currency' => 'EUR', 'items_total' => 10_000]);
$seen['discount'] = $quote['discount'];
$order = [
    'customer' => ['id' => $ben],
    'status' => 'completed',
    'currency' => 'EUR',
    'items_total' => 10_000,
    'discount_total' => $quote['discount'],
];
$seen['asked first'] = $shop->orders->put($first, $order, dry_run: true)['state'];
$seen['reward'] = $shop->orders->put($first, $order)['rewards'][0]['amount'];
$staff->members->adjust($anna, ['amount' => 2_000, 'reason' => 'Welcome']);

$form = ['order_id' => $second, 'amount' => 1_500, 'items_total' => 5_000];
$hold = $shop->holds->create($anna, $form, idempotency_key: "hold-$second");
$again = $shop->holds->create($anna, $form, idempotency_key: "hold-$second");
$seen['one hold'] = $hold['id'] === $again['id'];
try {
    $shop->holds->create($anna, ['order_id' => $second, 'amount' => 501, 'items_total' => 5_000]);
} catch (Problem $problem) {
    $seen['too much'] = [$problem->status, $problem->code, $problem->document['available']];
}
$seen['captured'] = $shop->holds->capture($hold['id'])['captured'];
$small = $shop->holds->create($anna, ['order_id' => $second, 'amount' => 1, 'items_total' => 5_000]);
$seen['voided'] = $shop->holds->void($small['id'])['state'];

$own = [
    'customer' => ['id' => $anna],
    'status' => 'completed',
    'currency' => 'EUR',
    'items_total' => 5_000,
    'credit_used' => 1_500,
];
$shop->orders->put($second, $own);
$refund = ['id' => 're_1', 'amount' => 3_500, 'at' => '2026-03-02T10:00:00Z'];
$seen['kept'] = $shop->orders->put($second, [...$own, 'refunds' => [$refund]])['order']['kept'];
$half = ['id' => 're_2', 'amount' => 4_500, 'at' => '2026-03-02T10:00:00Z'];
$seen['left'] = $shop->orders->put($first, [...$order, 'refunds' => [$half]])['rewards'][0]['amount'];

$session = $shop->members->session($anna);
$balance = (new Grapevine($base, $session['token']))->members->balance($anna);
$seen['balance'] = [$balance['available'], $balance['pending']];
$seen['history'] = [];
foreach (every($shop->members->entries(...), $anna, limit: 3) as $entry) {
    $seen['history'][] = $entry['kind'];
}
echo json_encode($seen);
