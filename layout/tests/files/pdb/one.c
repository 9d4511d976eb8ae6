typedef struct { unsigned char op; int length; struct { short x, y; } at; } packet_t;
struct differs { int a; };
union either { int i; short s; };
enum kind { ONE, TWO = -7 };
struct all { char c; enum kind k; unsigned short name[4]; struct differs d; union either u; unsigned a : 3, b : 9; void *next; packet_t packet; };
typedef int number;
struct all all; packet_t packet; number one;
int main(void) { return one; }
