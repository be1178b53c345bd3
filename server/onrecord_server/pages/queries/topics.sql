SELECT topic, label, claims FROM topic ORDER BY claims DESC, topic
