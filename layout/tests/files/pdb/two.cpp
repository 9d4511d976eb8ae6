namespace wire {
struct header { unsigned char kind; int length; };
struct message : header { short id; header list[2]; };
struct differs { int a; int b; };
class shape { public: virtual void draw(); int x; };
}
struct differs { int a; int b; };
wire::message message; wire::differs d; differs e; wire::shape *shape; int use() { return sizeof(*shape); }
