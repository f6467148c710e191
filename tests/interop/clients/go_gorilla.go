// go_gorilla.go — Go's gorilla/websocket as a client. How it is called and what it says: story.py.
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	patience = 20 * time.Second // for one feature
	greeting = "Grüße, 日本語, 🎈"
)

var (
	large  = strings.Repeat("é", 512*1024) // a mebibyte
	binary = bytes.Repeat(everyByte(), 4)
)

func everyByte() (all []byte) {
	for value := 0; value < 256; value++ {
		all = append(all, byte(value))
	}
	return all
}

// Whatever goes wrong in a feature ends it, with the reason.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(holds bool, what string) {
	if !holds {
		panic(errors.New(what))
	}
}

func open(url, feature string, dialer websocket.Dialer) *websocket.Conn {
	connection, _, err := dialer.Dial(url+"?"+feature, nil)
	check(err)
	check(connection.SetReadDeadline(time.Now().Add(patience)))
	return connection
}

func echoes(connection *websocket.Conn, kind int, messages ...string) {
	for _, message := range messages {
		check(connection.WriteMessage(kind, []byte(message)))
		heardKind, heard, err := connection.ReadMessage()
		check(err)
		expect(heardKind == kind && string(heard) == message, "another message came back")
	}
}

// Says goodbye, and waits for the server's, which must be the same.
func closeWith(connection *websocket.Conn, code int, reason string) {
	defer connection.Close()
	check(connection.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(patience)))
	_, _, err := connection.ReadMessage()
	expect(websocket.IsCloseError(err, code), fmt.Sprint(err))
}

func echoesInPlain(url, feature string, kind int, messages ...string) {
	connection := open(url, feature, websocket.Dialer{})
	echoes(connection, kind, messages...)
	closeWith(connection, websocket.CloseNormalClosure, "")
}

// What does not fit the buffer for writing goes out as a fragment.
func withFragments(url string) {
	connection := open(url, "fragments", websocket.Dialer{WriteBufferSize: 16})
	echoes(connection, websocket.TextMessage, greeting+greeting)
	closeWith(connection, websocket.CloseNormalClosure, "")
}

func withDeflate(url string) {
	connection := open(url, "deflate", websocket.Dialer{EnableCompression: true})
	echoes(connection, websocket.TextMessage, large, strings.Repeat(greeting, 20), strings.Repeat(greeting, 20))
	echoes(connection, websocket.BinaryMessage, string(binary))
	closeWith(connection, websocket.CloseNormalClosure, "")
}

// Pongs are heard while a message is waited for.
func withPing(url string) {
	connection := open(url, "ping", websocket.Dialer{})
	pong := ""
	connection.SetPongHandler(func(payload string) error {
		pong = payload
		return nil
	})
	check(connection.WriteControl(websocket.PingMessage, []byte("there?"), time.Now().Add(patience)))
	echoes(connection, websocket.TextMessage, greeting)
	expect(pong == "there?", "the pong does not say what the ping said: "+pong)
	closeWith(connection, websocket.CloseNormalClosure, "")
}

func withClosed(url string) {
	connection := open(url, "closed", websocket.Dialer{})
	defer connection.Close()
	_, _, err := connection.ReadMessage()
	end, isEnd := err.(*websocket.CloseError)
	expect(isEnd && end.Code == websocket.CloseGoingAway && end.Text == "server shutting down", fmt.Sprint(err))
}

func withSecurity(url, certificate string) {
	pem, err := os.ReadFile(certificate)
	check(err)
	trusted := x509.NewCertPool()
	expect(trusted.AppendCertsFromPEM(pem), "no certificate in "+certificate)
	connection := open(url, "wss", websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: trusted}})
	echoes(connection, websocket.TextMessage, greeting, large)
	closeWith(connection, websocket.CloseNormalClosure, "")
}

type envelope struct {
	Type    string            `json:"type"`
	Payload map[string]string `json:"payload"`
}

func withChat(url string) {
	connection := open(url, "chat", websocket.Dialer{})
	heard := struct {
		Type    string
		Payload struct{ Text string }
	}{}
	for _, step := range []struct {
		said   envelope
		answer string
	}{
		{envelope{"join", map[string]string{"room": "tea"}}, "joined"},
		{envelope{"chat", map[string]string{"room": "tea", "text": greeting}}, "chat"},
	} {
		check(connection.WriteJSON(step.said))
		_, message, err := connection.ReadMessage()
		check(err)
		check(json.Unmarshal(message, &heard))
		expect(heard.Type == step.answer, string(message))
	}
	expect(heard.Payload.Text == greeting, "another text came back")
	closeWith(connection, websocket.CloseNormalClosure, "")
}

func tell(feature string, story func()) {
	defer func() {
		if wrong := recover(); wrong != nil {
			fmt.Println(feature, "no", strings.ReplaceAll(fmt.Sprint(wrong), "\n", " "))
		}
	}()
	story()
	fmt.Println(feature, "yes")
}

func main() {
	echo, deflating, pinging, chat, secure, certificate := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6]
	tell("text", func() { echoesInPlain(echo, "text", websocket.TextMessage, greeting) })
	tell("empty", func() {
		connection := open(echo, "empty", websocket.Dialer{})
		echoes(connection, websocket.TextMessage, "")
		echoes(connection, websocket.BinaryMessage, "")
		closeWith(connection, websocket.CloseNormalClosure, "")
	})
	tell("large", func() { echoesInPlain(echo, "large", websocket.TextMessage, large) })
	tell("binary", func() { echoesInPlain(echo, "binary", websocket.BinaryMessage, string(binary)) })
	tell("fragments", func() { withFragments(echo) })
	tell("deflate", func() { withDeflate(deflating) })
	tell("ping", func() { withPing(echo) })
	tell("close", func() { closeWith(open(echo, "close", websocket.Dialer{}), 4321, "bye 🎈") })
	tell("closed", func() { withClosed(pinging) })
	tell("wss", func() { withSecurity(secure, certificate) })
	tell("chat", func() { withChat(chat) })
}
