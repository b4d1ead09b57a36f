fn main() {
    let secret = std::env::args().nth(1).expect("a secret");
    assert_eq!(secret.len(), 32);
    println!("{}", 123);
}
