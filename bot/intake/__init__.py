"""From the webhook's 200 to a handled event: mailboxes in Redis, leases, and the worker that drains them."""
