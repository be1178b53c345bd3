SELECT what, number FROM (
    SELECT 'claims' AS what, count(*) AS number
    FROM claim_speaker WHERE actor = :actor
    UNION ALL
    SELECT 'on its word', sum(number) FROM named_by
    WHERE thing = :actor AND link = 'https://w3id.org/onrecord/ns#onAuthorityOf'
    UNION ALL
    SELECT 'sources', count(DISTINCT source) FROM source_actor WHERE actor = :actor
    UNION ALL
    SELECT 'withdrawn', count(*)
    FROM claim_speaker WHERE actor = :actor AND withdrawn
)
WHERE number > 0
