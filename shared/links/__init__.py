"""What advocates share: who follows it, where it leads, how often strangers may guess."""
