/* A header as many are: `crossum check examples/types/wire.h` says what breaks, `--html types.html` draws it. */
#include <stdint.h>
#include <time.h>

struct header {
  char magic[4];
  long length;
  uint16_t flags : 4, version : 12;
  time_t stamp;
};

struct sample {
  struct header header;
  double value[3];
  union {
    uint8_t raw[12];
    uint32_t words[3];
  };
  void *next;
};
