SELECT t.claim, nullif(t.day, '-'), t.said_to
FROM claim_topic AS t
WHERE t.topic = :topic AND t.withdrawn = 0 AND (:as_of = '' OR t.said_to <= :as_of)
ORDER BY t.day DESC, t.claim
LIMIT 101
