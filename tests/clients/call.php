<?php

/** `php call.php CLIENT JSON`: one operation, called by its name; its answer, or how it was refused. */

require $argv[1];
[$url, $name, $arguments, $named] = json_decode($argv[2], true);
[$resource, $verb] = explode('.', $name);
try {
    $told = ['answer' => (new Grapevine\Grapevine($url, 'sk_1'))->$resource->$verb(...$arguments, ...$named)];
} catch (Grapevine\Problem $problem) {
    $told = [
        'status' => $problem->status,
        'code' => $problem->code,
        'detail' => $problem->detail,
        'errors' => $problem->errors,
        'document' => $problem->document,
    ];
} catch (Grapevine\Unreachable) {
    $told = ['unreachable' => true];
}
echo json_encode($told);
