"""What comes in, goes out and ends a month: deliveries, requests, settlements, mail."""

from tests.mutants.mutant import Mutant

SIGNATURES = "tests/webhooks/test_signature.py"
MUTANTS = (
    Mutant(
        "deliveries: the signature is compared",
        "shared/webhooks/signature.py",
        "if True not in matches:",
        "if False:",
        SIGNATURES,
    ),
    Mutant(
        "deliveries: an empty secret verifies nothing",
        "shared/webhooks/signature.py",
        'if not _PARTS.sub("", secret):\n            return []',
        "if False:\n            return []",
        SIGNATURES,
    ),
    Mutant(
        "deliveries: an old one is refused",
        "shared/webhooks/signature.py",
        "if abs(now - int(seconds)) > tolerance_seconds:",
        "if False:",
        SIGNATURES,
    ),
    Mutant(
        "requests: one Idempotency-Key, one request",
        "shared/store/programs/idempotency.py",
        "write([Write(_item(key, fingerprint, now), unclaimed)])",
        "write([Write(_item(key, fingerprint, now))])",
        "tests/api/test_idempotency.py",
    ),
    Mutant(
        "conflicts: a failed condition is read and decided again",
        "shared/store/engine.py",
        "return Conflict(failed) if failed or passing else None",
        "return Conflict(failed) if failed else None",
        "tests/store/test_faults.py::test_conflicts_in_a_fifth_of_the_transactions_lose_nothing",
    ),
    Mutant(
        "statements: put only where there is none",
        "shared/store/ledger/statements.py",
        "return Write(item, ABSENT)",
        "return Write(item)",
        "tests/store/test_settlement_guards.py",
    ),
    Mutant(
        "settlement: a page turned meanwhile issues nothing",
        "shared/jobs/settlement_pages.py",
        "_write_unless_done([check_shard(shard), *writes])",
        "engine.write(writes)",
        "tests/functions/months/test_settle_month.py::test_whoever_turned_the_page_meanwhile_is_the_one_who_counts",
    ),
    Mutant(
        "settlement: a run is as read",
        "shared/store/ledger/settlements.py",
        "return Write(item, unchanged(run.revision))",
        "return Write(item)",
        "tests/store/test_settlement_guards.py",
    ),
    Mutant(
        "settlement: a shard is as read",
        "shared/store/ledger/settlements.py",
        "return Write(item, unchanged(shard.revision))",
        "return Write(item)",
        "tests/store/test_settlement_guards.py",
    ),
    Mutant(
        "settlement: a page that died counts what it had issued",
        "shared/jobs/settlement_accounts.py",
        "if statement is None and self.settled.month == self.run.month:",
        "if False:",
        "tests/functions/months/test_settle_month.py::test_a_page_that_died_before_it_was_counted_counts_what_it_had_issued",
    ),
    Mutant(
        "settlement: what is posted after the month is not in it",
        "shared/domain/ledger/statement.py",
        "month_of(entry.at, end.time_zone) <= end.month",
        "entry.at is not None",
        "tests/domain/test_statement.py",
    ),
    Mutant(
        "mail: it is claimed before it is sent",
        "shared/mail/delivery.py",
        "_send(_move(step, SENDING), mail, asked)",
        "_send(step, mail, asked)",
        "tests/functions/test_send_mail.py",
    ),
    Mutant(
        "mail: the claim finds it as read",
        "shared/store/programs/mails.py",
        "step = Write(item, MailItem.revision == after.revision if after.revision else MailItem.pk.does_not_exist())",
        "step = Write(item)",
        "tests/functions/test_send_mail.py",
    ),
    Mutant(
        "mail: one that is claimed waits for its claimant",
        "shared/mail/delivery.py",
        "if not may_send(found, receipt):",
        "if False:",
        "tests/functions/test_send_mail.py",
    ),
    Mutant(
        "mail: whoever unsubscribed gets none",
        "shared/domain/outgoing/mail.py",
        "if kind in self.wishes.unwanted and kind not in ASKED_FOR:",
        "if False:",
        "tests/functions/test_mail_wishes.py",
    ),
    Mutant(
        "mail: an address that bounced gets none",
        "shared/domain/outgoing/mail.py",
        "return self.stopped",
        "return None",
        "tests/functions/test_mail_wishes.py",
    ),
    Mutant(
        "dead letters: one is taken out after it was sent on",
        "shared/queue.py",
        "client().send_message(QueueUrl=to, MessageBody=message.body)\n"
        "                client().delete_message(QueueUrl=url, ReceiptHandle=message.receipt)",
        "client().delete_message(QueueUrl=url, ReceiptHandle=message.receipt)\n"
        "                client().send_message(QueueUrl=to, MessageBody=message.body)",
        "tests/functions/test_serve_console_queues.py",
    ),
    Mutant(
        "dead letters: who only looks may not put them back",
        "functions/serve_console_queues.py",
        '@handler.page("POST /console/dead-letters/{queue}/put-back", HELP)',
        '@handler.page("POST /console/dead-letters/{queue}/put-back", LOOK)',
        "tests/functions/test_serve_console_queues.py",
    ),
    Mutant(
        "cursors: what cannot be a key is no place",
        "shared/store/cursors.py",
        "fits = isinstance(text, str) and 0 < len(text.encode()) <= longest",
        "fits = True",
        "tests/store/test_places.py",
    ),
)
