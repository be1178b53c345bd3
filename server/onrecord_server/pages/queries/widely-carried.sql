SELECT claim, text, speakers, said_on, outlets FROM claim
WHERE outlets > 1 AND NOT withdrawn AND NOT taken_back AND EXISTS (
    SELECT 1 FROM passage WHERE passage.claim = claim.claim AND words IS NOT NULL
)
ORDER BY outlets DESC, substr(claim, instr(claim, '/claim/') + 7, 15), claim
LIMIT 1
