// Adds two numbers of 32 bits: `sum listen PORT` serves one client after the other, `sum ask PORT A B` asks and prints the sum.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: sum listen PORT, or sum ask PORT A B"))
	}
	address := net.JoinHostPort("127.0.0.1", os.Args[2])
	if os.Args[1] == "listen" {
		listen(address)
	} else {
		ask(address, os.Args[3:])
	}
}

func listen(address string) {
	listener, err := net.Listen("tcp4", address)
	fail(err)
	for {
		peer, err := listener.Accept()
		fail(err)
		var request [2]uint32
		// A request that is cut short gets no answer.
		if binary.Read(peer, binary.BigEndian, &request) == nil {
			binary.Write(peer, binary.BigEndian, request[0]+request[1])
		}
		peer.Close()
	}
}

func ask(address string, words []string) {
	var request []uint32
	for _, word := range words {
		number, err := strconv.ParseUint(word, 10, 32)
		fail(err)
		request = append(request, uint32(number))
	}
	server, err := net.Dial("tcp4", address)
	fail(err)
	fail(binary.Write(server, binary.BigEndian, request))
	var sum uint32
	err = binary.Read(server, binary.BigEndian, &sum)
	if err == io.EOF {
		err = fmt.Errorf("no reply")
	}
	fail(err)
	fmt.Println(sum)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
