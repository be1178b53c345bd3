SELECT claim, group_concat(name, char(10))
FROM (
    SELECT DISTINCT t.claim, a.name
    FROM (
        SELECT claim FROM claim_speaker
        WHERE actor = :speaker
            AND day <= coalesce(nullif(:after_day, ''), '9999')
            AND (day < coalesce(nullif(:after_day, ''), '9999') OR claim > :after)
        ORDER BY day DESC, claim LIMIT 101
    ) AS t
    JOIN passage AS p ON p.claim = t.claim
    JOIN source_actor AS a ON a.source = p.source
    WHERE a.published AND a.name IS NOT NULL
    ORDER BY t.claim, a.name
)
GROUP BY claim
ORDER BY claim
