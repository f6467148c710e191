// go_gorilla.go — Go's gorilla/websocket as a server. How it is called and what it says: serving.py.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gorilla/websocket"
)

const patience = 20 * time.Second // until a pong counts as missing

var (
	whole       = websocket.Upgrader{EnableCompression: true}
	inFragments = websocket.Upgrader{WriteBufferSize: 16}
)

func echo(upgrader *websocket.Upgrader) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		connection, err := upgrader.Upgrade(writer, request, nil)
		if err != nil {
			return
		}
		defer connection.Close()
		for {
			kind, message, err := connection.ReadMessage()
			if err != nil || send(connection, kind, message) != nil {
				return
			}
		}
	}
}

// What does not fit the buffer for writing goes out as a fragment; WriteMessage would not mind the buffer.
func send(connection *websocket.Conn, kind int, message []byte) error {
	writer, err := connection.NextWriter(kind)
	if err != nil {
		return err
	}
	if _, err := writer.Write(message); err != nil {
		return err
	}
	return writer.Close()
}

func goodbye(writer http.ResponseWriter, request *http.Request) {
	connection, err := whole.Upgrade(writer, request, nil)
	if err != nil {
		return
	}
	defer connection.Close()
	deadline := time.Now().Add(patience)
	connection.SetReadDeadline(deadline)
	connection.SetPongHandler(func(string) error {
		return connection.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4000, "so long"), deadline)
	})
	if connection.WriteControl(websocket.PingMessage, []byte("there?"), deadline) == nil {
		connection.ReadMessage() // until the client has answered the goodbye
	}
}

func listen(scheme string) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(scheme, listener.Addr())
	return listener
}

func main() {
	http.HandleFunc("/echo", echo(&whole))
	http.HandleFunc("/fragments", echo(&inFragments))
	http.HandleFunc("/goodbye", goodbye)
	plain, secure := listen("ws"), listen("wss")
	go func() { log.Fatal(http.Serve(plain, nil)) }()
	log.Fatal(http.ServeTLS(secure, nil, os.Args[1], os.Args[2]))
}
