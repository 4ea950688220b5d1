"""What people see: pages and mails, made from templates, in the reader's language."""
