"""Process that reads a WARC file: limits its own memory first."""

import logging
import sys
from pathlib import Path

from onrecord.archiving.extraction import limit_memory
from onrecord.archiving.warc import write_documents
from onrecord.errors import OnRecordError

if __name__ == "__main__":
    limit_memory(int(sys.argv[2]))
    logging.disable(logging.CRITICAL)  # warcio logs what is broken, and goes on
    try:
        write_documents(Path(sys.argv[1]), sys.stdout.buffer)
    except OnRecordError as error:
        sys.exit(str(error))
    except MemoryError:
        sys.exit(3)
