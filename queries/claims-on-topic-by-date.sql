-- keeps: topic, earliest, latest
SELECT number FROM answer_claims_on_topic_by_date
WHERE true
AND "topic" = :topic
-- What may have been said within the days; what has no date at all is left out.
AND (earliest IS NOT NULL OR latest IS NOT NULL) AND (latest IS NULL OR latest >= :from)
AND (earliest IS NOT NULL OR latest IS NOT NULL) AND (earliest IS NULL OR earliest <= :to)
ORDER BY number
