"""Reports: findings written for people, editors and the machines of a CI."""
