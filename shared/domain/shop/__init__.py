"""What an owner decides about the shop in the console: names, origins, languages, look and mails."""
