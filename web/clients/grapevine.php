<?php

/**
 * Grapevine's API for the server of a shop: one file that needs nothing but PHP 8.1 with its curl extension.
 *
 *     require 'grapevine.php';
 *     $grapevine = new Grapevine\Grapevine('https://rewards.example.com', 'sk_...');
 *     $anna = $grapevine->members->put('anna', ['login' => 'anna', 'name' => 'Anna Schmidt']);
 *     echo $anna['link'], $grapevine->members->balance('anna')['available'];
 *
 * One property a resource, one method an operation, named as in `GET /openapi.json`. Bodies and answers are arrays,
 * amounts integers in minor units, instants RFC 3339 text. A refused call throws `Problem`, one that nobody answers
 * `Unreachable`. `verifyWebhook` reads what Grapevine tells your server.
 *
 * Written by `make clients` from the declarations of the API; do not edit it.
 */

declare(strict_types=1);

namespace Grapevine;

/**
 * A call that was refused, as RFC 9457 tells it. `code` is stable and made for programs, `errors` has `field` and
 * `message` of each faulty field, `document` is the whole answer with what else it tells, such as `available`. What a
 * gateway refuses has no `code`.
 */
final class Problem extends \RuntimeException
{
    /** @var string */
    public $code = '';
    public readonly string $detail;
    /** @var list<array{field: string, message: string}> */
    public readonly array $errors;

    /** @param array<string, mixed> $document */
    public function __construct(public readonly int $status, public readonly array $document)
    {
        $this->detail = (string) ($document['detail'] ?? $document['message'] ?? "HTTP $status");
        $this->errors = $document['errors'] ?? [];
        $faults = array_map(fn (array $fault): string => "; {$fault['field']}: {$fault['message']}", $this->errors);
        $code = (string) ($document['code'] ?? '');
        parent::__construct("$status $code: {$this->detail}" . implode('', $faults));
        $this->code = $code;
    }
}

/** Nobody answered, after all attempts; a shop goes on without us. */
final class Unreachable extends \RuntimeException
{
}

/** What came is not proven to be ours, or is too old: answer 401 and use nothing of it. */
final class WebhookRefused extends \RuntimeException
{
}

/**
 * The event in a webhook of ours: `['type', 'timestamp', 'data']`.
 *
 * `$body` is the raw body (`file_get_contents('php://input')`), `$headers` those of the request (`getallheaders()`),
 * `$secret` the `whsec_...` of the endpoint. A webhook comes again when your server did not answer 2xx: `webhook-id`
 * stays the same.
 *
 * @param array<string, string> $headers
 * @return array<string, mixed>
 * @throws WebhookRefused
 */
function verifyWebhook(string $body, array $headers, string $secret, ?int $now = null, int $tolerance = 300): array
{
    $given = array_change_key_case($headers, CASE_LOWER);
    $message = $given['webhook-id'] ?? '';
    $sentAt = $given['webhook-timestamp'] ?? '';
    if ($message === '' || !ctype_digit($sentAt)) {
        throw new WebhookRefused('webhook-id or webhook-timestamp is missing or not as it should be');
    }
    if (abs(($now ?? time()) - (int) $sentAt) > $tolerance) {
        throw new WebhookRefused('webhook-timestamp is too far from now: a replay, or a wrong clock');
    }
    $key = base64_decode((string) preg_replace('/^whsec_/', '', trim($secret)), true);
    if ($key === false || $key === '') {
        throw new WebhookRefused('the secret is not one of ours: it is whsec_ and a key in base64');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$message.$sentAt.$body", $key, true));
    foreach (explode(' ', $given['webhook-signature'] ?? '') as $signature) {
        if (hash_equals($expected, $signature)) {
            $event = json_decode($body, true);
            return is_array($event) ? $event : throw new WebhookRefused('the body is no JSON object');
        }
    }
    throw new WebhookRefused('no signature fits: another secret, or a body that was changed');
}

/**
 * Every item of a list, page after page: `every($grapevine->members->entries(...), 'anna')`.
 *
 * @return \Generator<int, array<string, mixed>>
 */
function every(callable $page, mixed ...$parts): \Generator
{
    do {
        $found = $page(...$parts);
        foreach ($found['items'] as $item) {
            yield $item;
        }
        $parts['cursor'] = $found['next_cursor'];
    } while ($found['next_cursor'] !== null);
}

/**
 * The API of one Grapevine. `$key` is a secret (`sk_`), staff (`ak_`) or reading (`rk_`) key, or a member's session.
 *
 * `$timeout` is in seconds, for each attempt. An answer 429 or 503, or none, is asked for up to `$retries` times more,
 * where nothing can happen twice by it: a `POST` that takes an `Idempotency-Key` carries one, made for each call unless
 * you give it.
 */
final class Grapevine
{
    private const RETRIED = [429, 503];
    private const LONGEST_WAIT_SECONDS = 10;

    public readonly AuditOperations $audit;
    public readonly BacktestsOperations $backtests;
    public readonly ClicksOperations $clicks;
    public readonly CodesOperations $codes;
    public readonly ConnectionsOperations $connections;
    public readonly DeliveriesOperations $deliveries;
    public readonly DocumentOperations $document;
    public readonly FilesOperations $files;
    public readonly HoldsOperations $holds;
    public readonly ImportsOperations $imports;
    public readonly JournalOperations $journal;
    public readonly KeysOperations $keys;
    public readonly LinksOperations $links;
    public readonly MembersOperations $members;
    public readonly OrdersOperations $orders;
    public readonly ParkedOperations $parked;
    public readonly ProgramsOperations $programs;
    public readonly QuotesOperations $quotes;
    public readonly RatesOperations $rates;
    public readonly ReferralsOperations $referrals;
    public readonly ReviewsOperations $reviews;
    public readonly SettlementsOperations $settlements;
    public readonly WebhooksOperations $webhooks;

    public function __construct(
        private readonly string $baseUrl,
        private readonly string $key = '',
        private readonly float $timeout = 10.0,
        private readonly int $retries = 2,
    ) {
        $this->audit = new AuditOperations($this);
        $this->backtests = new BacktestsOperations($this);
        $this->clicks = new ClicksOperations($this);
        $this->codes = new CodesOperations($this);
        $this->connections = new ConnectionsOperations($this);
        $this->deliveries = new DeliveriesOperations($this);
        $this->document = new DocumentOperations($this);
        $this->files = new FilesOperations($this);
        $this->holds = new HoldsOperations($this);
        $this->imports = new ImportsOperations($this);
        $this->journal = new JournalOperations($this);
        $this->keys = new KeysOperations($this);
        $this->links = new LinksOperations($this);
        $this->members = new MembersOperations($this);
        $this->orders = new OrdersOperations($this);
        $this->parked = new ParkedOperations($this);
        $this->programs = new ProgramsOperations($this);
        $this->quotes = new QuotesOperations($this);
        $this->rates = new RatesOperations($this);
        $this->referrals = new ReferralsOperations($this);
        $this->reviews = new ReviewsOperations($this);
        $this->settlements = new SettlementsOperations($this);
        $this->webhooks = new WebhooksOperations($this);
    }

    /**
     * Call a path: the decoded answer, text where it is no JSON, the target of a redirect. Methods of resources call this.
     *
     * @param array<string, mixed> $query
     * @param array<string, string|null> $headers
     * @param array<mixed>|string|null $body
     * @throws Problem
     * @throws Unreachable
     */
    public function call(
        string $method,
        string $path,
        array $query = [],
        array $headers = [],
        array|string|null $body = null,
        bool $repeatable = true,
    ): mixed {
        for ($attempt = 0; ; $attempt++) {
            $mayGoOn = $repeatable && $attempt < $this->retries;
            [$status, $answered, $content, $fault] = $this->ask($method, $path, $query, $headers, $body);
            if ($status >= 200 && $status < 300) {
                return self::decode($answered['content-type'] ?? '', $content);
            }
            if ($status >= 300 && $status < 400) {
                return $answered['location'] ?? null;
            }
            if (!$mayGoOn || ($status !== 0 && !in_array($status, self::RETRIED, true))) {
                throw $status === 0
                    ? new Unreachable("{$this->baseUrl} does not answer: $fault")
                    : new Problem($status, self::problemDocument($content));
            }
            usleep((int) (1_000_000 * self::secondsToWait($answered['retry-after'] ?? '', $attempt)));
        }
    }

    /** @return array{int, array<string, string>, string, string} status (0: no answer), headers, content, fault */
    private function ask(string $method, string $path, array $query, array $headers, array|string|null $body): array
    {
        $sent = ['accept' => 'application/json, */*;q=0.5'];
        if ($body !== null) {
            $sent['content-type'] = 'application/json';
        }
        if ($this->key !== '') {
            $sent['authorization'] = "Bearer {$this->key}";
        }
        $sent = array_filter([...$sent, ...array_change_key_case($headers, CASE_LOWER)], fn ($value) => $value !== null);
        $answered = [];
        $request = curl_init(rtrim($this->baseUrl, '/') . $path . self::queryText($query));
        curl_setopt_array($request, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => array_map(fn ($name) => "$name: {$sent[$name]}", array_keys($sent)),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_TIMEOUT_MS => (int) (1000 * $this->timeout),
            CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$answered): int {
                [$name, $value] = [...explode(':', $line, 2), ''];
                $answered[strtolower(trim($name))] = trim($value);
                return strlen($line);
            },
        ]);
        if ($body !== null) {
            curl_setopt($request, CURLOPT_POSTFIELDS, is_string($body) ? $body : self::encode($body));
        }
        $content = curl_exec($request);
        $status = $content === false ? 0 : curl_getinfo($request, CURLINFO_RESPONSE_CODE);
        return [$status, $answered, (string) $content, curl_error($request)];
    }

    private static function encode(array $body): string
    {
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
        return json_encode($body === [] ? new \stdClass() : $body, $flags);
    }

    private static function queryText(array $query): string
    {
        $given = array_filter($query, fn ($value) => $value !== null);
        $texts = array_map(fn ($value) => is_bool($value) ? ($value ? 'true' : 'false') : (string) $value, $given);
        return $texts === [] ? '' : '?' . http_build_query($texts);
    }

    private static function decode(string $contentType, string $content): mixed
    {
        if ($content === '') {
            return null;
        }
        $isJson = str_ends_with(explode(';', $contentType)[0], 'json');
        return $isJson ? json_decode($content, true, flags: JSON_THROW_ON_ERROR) : $content;
    }

    private static function problemDocument(string $content): array
    {
        $document = json_decode($content, true);
        return is_array($document) ? $document : ['detail' => substr($content, 0, 200)];
    }

    /** As long as the answer asks for, or longer each time, and never longer than the bound. */
    private static function secondsToWait(string $retryAfter, int $attempt): float
    {
        if (ctype_digit($retryAfter)) {
            return min((float) $retryAfter, self::LONGEST_WAIT_SECONDS);
        }
        return min(0.5 * 2 ** $attempt, self::LONGEST_WAIT_SECONDS) * random_int(50, 100) / 100;
    }
}

/** Who changed what, when and why. */
final class AuditOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List changes by staff, newest first. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/audit',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }
}

/** Programs tried on past orders. */
final class BacktestsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Run a program over a history of up to 4 MiB. Open to: staff. */
    public function create(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/backtests',
            headers: $headers,
            body: $body,
        );
    }
}

/** Clicks on advocates' links. */
final class ClicksOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Report a click that landed on the shop; `text/plain` is read as JSON too. Open to: everybody. */
    public function create(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/clicks',
            headers: $headers,
            body: $body,
        );
    }

    /** Get the advocate whose link this browser followed. Open to: everybody. */
    public function get(string $ref_token, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/clicks/' . rawurlencode($ref_token),
            headers: $headers,
        );
    }
}

/** One-time codes at connected stores that pay with credit. */
final class CodesOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Create a one-time code at a connected store that pays with a member's credit. Open to: shop. */
    public function create(string $id, array|string|null $body = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/credit-codes',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body ?? [],
        );
    }

    /** Get a credit code and its state. Open to: read, shop. */
    public function get(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/credit-codes/' . rawurlencode($id),
            headers: $headers,
        );
    }

    /** Void an unused credit code. Open to: shop. */
    public function void(string $id, array|string|null $body = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/credit-codes/' . rawurlencode($id) . '/void',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body ?? [],
        );
    }
}

/** Connected stores that accept advocates' codes. */
final class ConnectionsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List connected stores. Open to: read, staff. */
    public function list(array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/connections',
            headers: $headers,
        );
    }

    /** Connect a store, or reconnect it with new secrets. Open to: staff. */
    public function create(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/connections',
            headers: $headers,
            body: $body,
            repeatable: false,
        );
    }

    /** Get a connected store and its progress. Open to: read, staff. */
    public function get(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/connections/' . rawurlencode($id),
            headers: $headers,
        );
    }

    /** Disconnect a store: remove what was created there and delete its secrets. Open to: staff. */
    public function delete(string $id, array|string|null $body = null, array $headers = []): void
    {
        $this->grapevine->call(
            'DELETE',
            '/v1/connections/' . rawurlencode($id),
            headers: $headers,
            body: $body,
        );
    }
}

/** Webhooks from processors and shop platforms. */
final class DeliveriesOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Receive a processor's webhook, signed over its raw body. Open to: everybody. */
    public function receive(string $provider, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/webhooks/' . rawurlencode($provider),
            headers: $headers,
            body: $body,
        );
    }
}

/** This document. */
final class DocumentOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** This document. Open to: everybody. */
    public function get(array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/openapi.json',
            headers: $headers,
        );
    }
}

/** Files that browsers load. */
final class FilesOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Get a stylesheet or script of the hosted pages. Open to: everybody. */
    public function asset(string $name, array $headers = []): string
    {
        return $this->grapevine->call(
            'GET',
            '/assets/' . rawurlencode($name),
            headers: $headers,
        );
    }

    /** Get the storefront snippet. Open to: everybody. */
    public function snippet(array $headers = []): string
    {
        return $this->grapevine->call(
            'GET',
            '/grapevine.js',
            headers: $headers,
        );
    }
}

/** Credit authorised for an order, then captured or voided. */
final class HoldsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Authorise credit for an order. Open to: shop. */
    public function create(string $id, array|string $body, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/holds',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body,
        );
    }

    /** Capture a hold, fully or in part; the rest becomes available again. Open to: shop. */
    public function capture(string $id, array|string|null $body = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/holds/' . rawurlencode($id) . '/capture',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body ?? [],
        );
    }

    /** Void a hold. Open to: shop. */
    public function void(string $id, array|string|null $body = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/holds/' . rawurlencode($id) . '/void',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body ?? [],
        );
    }
}

/** Members, past orders and balances from another system. */
final class ImportsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Import members, past orders or opening balances; sending the same rows again changes nothing. Open to: shop, staff. */
    public function create(array|string $body, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/imports',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body,
        );
    }

    /** Get an import's progress and its refused rows. Open to: read, shop, staff. */
    public function get(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/imports/' . rawurlencode($id),
            headers: $headers,
        );
    }
}

/** The books of the whole shop. */
final class JournalOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Recompute the ledger from facts and entries, and compare. Open to: staff. */
    public function verify(array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/verify',
            headers: $headers,
        );
    }

    /** Get the progress and the findings of a verification. Open to: read, staff. */
    public function get_verification(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/verify/' . rawurlencode($id),
            headers: $headers,
        );
    }

    /** The postings of a period, one per row, with the balance of each account. Open to: read, staff. */
    public function get(?string $from = null, ?string $until = null, ?string $format = null, ?bool $parts = null, ?int $limit = null, ?string $cursor = null, ?string $currency = null, ?int $consultant = null, ?int $client = null, ?int $account_length = null, ?int $year_begins = null, ?string $account_credit = null, ?string $account_rewards = null, ?string $account_friend_bonus = null, ?string $account_adjustments = null, ?string $account_breakage = null, ?string $account_forfeited = null, ?string $account_redemptions = null, array $headers = []): mixed
    {
        return $this->grapevine->call(
            'GET',
            '/v1/journal',
            query: [
                'from' => $from,
                'until' => $until,
                'format' => $format,
                'parts' => $parts,
                'limit' => $limit,
                'cursor' => $cursor,
                'currency' => $currency,
                'consultant' => $consultant,
                'client' => $client,
                'account_length' => $account_length,
                'year_begins' => $year_begins,
                'account_credit' => $account_credit,
                'account_rewards' => $account_rewards,
                'account_friend_bonus' => $account_friend_bonus,
                'account_adjustments' => $account_adjustments,
                'account_breakage' => $account_breakage,
                'account_forfeited' => $account_forfeited,
                'account_redemptions' => $account_redemptions,
            ],
            headers: $headers,
        );
    }
}

/** API keys. */
final class KeysOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List API keys by their first characters, never the keys themselves. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/keys',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Create a key, or one that replaces another; it is shown only once. Open to: staff. */
    public function create(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/keys',
            headers: $headers,
            body: $body,
            repeatable: false,
        );
    }

    /** Revoke a key. Open to: staff. */
    public function delete(string $prefix, array|string|null $body = null, array $headers = []): void
    {
        $this->grapevine->call(
            'DELETE',
            '/v1/keys/' . rawurlencode($prefix),
            headers: $headers,
            body: $body,
        );
    }
}

/** Advocates' links, and the page they lead to. */
final class LinksOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Follow a link: redirects to the shop, with the cookie `gv_ref` if the code is known. Open to: everybody. */
    public function follow(string $code, ?string $to = null, array $headers = []): ?string
    {
        return $this->grapevine->call(
            'GET',
            '/r/' . rawurlencode($code),
            query: [
                'to' => $to,
            ],
            headers: $headers,
        );
    }

    /** Show the page that tells a friend who recommends the shop and what they get. Open to: everybody. */
    public function claim_page(string $code, ?string $to = null, array $headers = []): string
    {
        return $this->grapevine->call(
            'GET',
            '/c/' . rawurlencode($code),
            query: [
                'to' => $to,
            ],
            headers: $headers,
        );
    }

    /** Follow the link from that page. Open to: everybody. */
    public function claim(string $code, array|string|null $body = null, ?string $to = null, array $headers = []): ?string
    {
        return $this->grapevine->call(
            'POST',
            '/c/' . rawurlencode($code),
            query: [
                'to' => $to,
            ],
            headers: $headers,
            body: $body ?? [],
        );
    }
}

/** Customers as advocates and friends, and their credit. */
final class MembersOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List members: sorted, filtered or searched. Open to: read, shop, staff. */
    public function list(?string $query = null, ?string $group = null, ?string $status = null, ?string $sort = null, ?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members',
            query: [
                'query' => $query,
                'group' => $group,
                'status' => $status,
                'sort' => $sort,
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Create or update a member. Open to: shop. */
    public function put(string $id, array|string $body, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'PUT',
            '/v1/members/' . rawurlencode($id),
            headers: ['Idempotency-Key' => $idempotency_key, ...$headers],
            body: $body,
        );
    }

    /** Get a member. Open to: member, read, shop, staff. */
    public function get(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id),
            headers: $headers,
        );
    }

    /** Erase a person; ids and sums stay. Open to: shop, staff. */
    public function delete(string $id, array|string|null $body = null, array $headers = []): void
    {
        $this->grapevine->call(
            'DELETE',
            '/v1/members/' . rawurlencode($id),
            headers: $headers,
            body: $body,
        );
    }

    /** List a member's entries, with the reason of each. Open to: member, read, shop, staff. */
    public function entries(string $id, ?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id) . '/entries',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Get a member's balance. Open to: member, read, shop, staff. */
    public function balance(string $id, ?string $as_of = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id) . '/balance',
            query: [
                'as_of' => $as_of,
            ],
            headers: $headers,
        );
    }

    /** Create a 15-minute token that can read the member's own data. Open to: shop. */
    public function session(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/session',
            headers: $headers,
        );
    }

    /** Email a member their current balance. Open to: staff. */
    public function mail_balance(string $id, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/mail-balance',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
        );
    }

    /** List an advocate's friends. Open to: member, read, shop, staff. */
    public function friends(string $id, ?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id) . '/friends',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Export everything that is stored about a person, page by page. Open to: shop, staff. */
    public function export(string $id, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id) . '/export',
            query: [
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Adjust a member's credit by hand; available at once. Open to: staff. */
    public function adjust(string $id, array|string $body, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/adjustments',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body,
        );
    }

    /** Assign an advocate to a group, or remove them from it. Open to: staff. */
    public function set_group(string $id, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'PUT',
            '/v1/members/' . rawurlencode($id) . '/group',
            headers: $headers,
            body: $body,
        );
    }

    /** Block a member: no new rewards, no spending, and pending credit is forfeited. Open to: staff. */
    public function block(string $id, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/block',
            headers: $headers,
            body: $body,
        );
    }

    /** Unblock a member; forfeited credit does not come back. Open to: staff. */
    public function unblock(string $id, array|string|null $body = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/unblock',
            headers: $headers,
            body: $body ?? [],
        );
    }

    /** Merge another member into this one, who goes on; it cannot be undone. Open to: staff. */
    public function merge(string $id, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/members/' . rawurlencode($id) . '/merge',
            headers: $headers,
            body: $body,
        );
    }

    /** List a member's statements, newest first. Open to: member, read, shop, staff. */
    public function statements(string $id, ?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id) . '/statements',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Get a member's statement with every line; 404 `no_statement` if the month had no activity. Open to: member, read, shop, staff. */
    public function statement(string $id, string $month, ?string $currency = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/members/' . rawurlencode($id) . '/statements/' . rawurlencode($month),
            query: [
                'currency' => $currency,
            ],
            headers: $headers,
        );
    }

    /** Show a member's own pages. Open to: everybody. */
    public function page(?string $token = null, array $headers = []): string
    {
        return $this->grapevine->call(
            'GET',
            '/rewards',
            query: [
                'token' => $token,
            ],
            headers: $headers,
        );
    }
}

/** Orders that the shop sends, and the rewards they earn. */
final class OrdersOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Send an order as it is now; the answer shows the rewards. Open to: shop. */
    public function put(string $id, array|string $body, ?bool $dry_run = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'PUT',
            '/v1/orders/' . rawurlencode($id),
            query: [
                'dry_run' => $dry_run,
            ],
            headers: ['Idempotency-Key' => $idempotency_key, ...$headers],
            body: $body,
        );
    }

    /** Get an order, its rewards and its evidence. Open to: read, shop, staff. */
    public function get(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/orders/' . rawurlencode($id),
            headers: $headers,
        );
    }

    /** Name the advocate of an order that has none; it then earns what it would have earned. Open to: staff. */
    public function name_advocate(string $id, array|string $body, ?bool $dry_run = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'PUT',
            '/v1/orders/' . rawurlencode($id) . '/advocate',
            query: [
                'dry_run' => $dry_run,
            ],
            headers: ['Idempotency-Key' => $idempotency_key, ...$headers],
            body: $body,
        );
    }
}

/** Deliveries and orders that could not be used, and why. */
final class ParkedOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Deliveries and orders that could not be used, and why. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/parked',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Retry a parked delivery. Open to: staff. */
    public function retry(string $id, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/parked/' . rawurlencode($id) . '/retry',
            headers: $headers,
        );
    }
}

/** Versions of the reward program. */
final class ProgramsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List programs, with the latest version of each. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/programs',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Create a program with a new id. Open to: staff. */
    public function create(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/programs',
            headers: $headers,
            body: $body,
            repeatable: false,
        );
    }

    /** Get the JSON Schema of program documents. Open to: read, staff. */
    public function schema(array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/programs/schema',
            headers: $headers,
        );
    }

    /** Check a program: contradictions, loopholes and the worst case. Open to: staff. */
    public function lint(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/programs/lint',
            headers: $headers,
            body: $body,
        );
    }

    /** Get a program, in its latest or another version. Open to: read, staff. */
    public function get(string $id, ?int $version = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/programs/' . rawurlencode($id),
            query: [
                'version' => $version,
            ],
            headers: $headers,
        );
    }

    /** Publish the next version after the one in `If-Match`. Open to: staff. */
    public function publish(string $id, string $if_match, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/programs/' . rawurlencode($id) . '/versions',
            headers: ['If-Match' => $if_match, ...$headers],
            body: $body,
            repeatable: false,
        );
    }
}

/** The discount for a friend's cart. */
final class QuotesOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Get the discount for a friend's cart; nothing is saved. Open to: everybody. */
    public function create(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/quotes',
            headers: $headers,
            body: $body,
        );
    }
}

/** The table of daily exchange rates, for orders that tell no rate. */
final class RatesOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Load daily exchange rates; loading the same rates again changes nothing, and orders that have a rate keep it. Open to: shop, staff. */
    public function load(array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'PUT',
            '/v1/exchange-rates',
            headers: $headers,
            body: $body,
        );
    }

    /** Get the table of daily exchange rates, and how far parked orders were tried again. Open to: read, shop, staff. */
    public function get(?string $currency = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/exchange-rates',
            query: [
                'currency' => $currency,
            ],
            headers: $headers,
        );
    }
}

/** Referrals made and ended by hand. */
final class ReferralsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** Create a referral by hand. Open to: staff. */
    public function create(array|string $body, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/referrals',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body,
        );
    }

    /** End a referral; it stays on record. Open to: staff. */
    public function end(string $id, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'DELETE',
            '/v1/referrals/' . rawurlencode($id),
            headers: $headers,
            body: $body,
        );
    }
}

/** Rewards that wait for a decision by staff. */
final class ReviewsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List orders under review, the next deadline first. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/reviews',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Approve the held rewards of an order. Open to: staff. */
    public function approve(string $id, array|string|null $body = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/reviews/' . rawurlencode($id) . '/approve',
            headers: $headers,
            body: $body ?? [],
        );
    }

    /** Refuse the held rewards of an order; they are taken back permanently. Open to: staff. */
    public function refuse(string $id, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/reviews/' . rawurlencode($id) . '/refuse',
            headers: $headers,
            body: $body,
        );
    }
}

/** Closed months. */
final class SettlementsOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List closed months, newest first. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/settlements',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Close a month that is over, and any open months before it. A repeated call returns the same run. Open to: staff. */
    public function create(array|string $body, array $headers = []): mixed
    {
        return $this->grapevine->call(
            'POST',
            '/v1/settlements',
            headers: $headers,
            body: $body,
        );
    }

    /** Get the progress and totals of a month's closing. Open to: read, staff. */
    public function get(string $month, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/settlements/' . rawurlencode($month),
            headers: $headers,
        );
    }
}

/** The shop's webhook endpoints and their deliveries. */
final class WebhooksOperations
{
    public function __construct(private readonly Grapevine $grapevine)
    {
    }

    /** List webhook endpoints. Open to: read, staff. */
    public function list(?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/webhooks',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Create an endpoint; its secret is shown only once. Open to: staff. */
    public function create(array|string $body, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/webhooks',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body,
        );
    }

    /** Update, disable or enable an endpoint. Open to: staff. */
    public function put(string $id, array|string $body, array $headers = []): array
    {
        return $this->grapevine->call(
            'PUT',
            '/v1/webhooks/' . rawurlencode($id),
            headers: $headers,
            body: $body,
        );
    }

    /** Delete an endpoint and its secret. Open to: staff. */
    public function delete(string $id, array|string|null $body = null, array $headers = []): void
    {
        $this->grapevine->call(
            'DELETE',
            '/v1/webhooks/' . rawurlencode($id),
            headers: $headers,
            body: $body,
        );
    }

    /** Replace an endpoint's secret; the old one also signs for a day. Open to: staff. */
    public function replace_secret(string $id, array|string|null $body = null, ?string $idempotency_key = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/webhooks/' . rawurlencode($id) . '/secret',
            headers: ['Idempotency-Key' => $idempotency_key ?? bin2hex(random_bytes(16)), ...$headers],
            body: $body ?? [],
        );
    }

    /** List the deliveries to an endpoint, newest first. Open to: read, staff. */
    public function deliveries(string $id, ?int $limit = null, ?string $cursor = null, array $headers = []): array
    {
        return $this->grapevine->call(
            'GET',
            '/v1/webhooks/' . rawurlencode($id) . '/deliveries',
            query: [
                'limit' => $limit,
                'cursor' => $cursor,
            ],
            headers: $headers,
        );
    }

    /** Send a delivery again. Open to: staff. */
    public function replay(string $id, string $delivery, array $headers = []): array
    {
        return $this->grapevine->call(
            'POST',
            '/v1/webhooks/' . rawurlencode($id) . '/deliveries/' . rawurlencode($delivery) . '/replay',
            headers: $headers,
        );
    }
}
