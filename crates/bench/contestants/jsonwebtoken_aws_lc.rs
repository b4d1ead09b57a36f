mod jsonwebtoken;

fn main() {
    jsonwebtoken::main();
}
