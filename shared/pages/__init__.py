"""What people see: pages and mails, from templates, in the reader's language."""
