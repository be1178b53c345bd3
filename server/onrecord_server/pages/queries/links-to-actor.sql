SELECT link, number FROM named_by WHERE thing = :thing ORDER BY link
