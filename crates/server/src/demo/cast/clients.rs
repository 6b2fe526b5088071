//! The broker's clients: their names, owners and numbers by their place in the list.

/// The broker's client companies. Each holds its own account, because nobody else may hold it for them (R3).
pub(crate) const CLIENTS: [&str; 40] = [
    "Alder Point Ceramics",
    "Anchor Coast Textiles",
    "Beacon Hill Optics",
    "Birchfield Toys",
    "Blue Heron Outfitters",
    "Brightwater Foods",
    "Cascade Cycle Works",
    "Cedar Lane Furnishings",
    "Clearbrook Pumps",
    "Copperline Kitchens",
    "Coral Bay Seafood",
    "Dovetail Instruments",
    "Eastwind Lighting",
    "Elm Street Stationery",
    "Fairhaven Footwear",
    "Fernwood Garden Supply",
    "Foxglove Cosmetics",
    "Glasswing Eyewear",
    "Granary Row Coffee",
    "Green Hollow Tea",
    "Harrow Machine Parts",
    "Hazelnut House Sweets",
    "Juniper Ridge Tools",
    "Kestrel Drone Parts",
    "Lakeshore Linens",
    "Larkspur Apparel",
    "Maplewood Pianos",
    "Meadowlark Nursery Goods",
    "Millrace Bearings",
    "Moonstone Jewelry",
    "Oakmere Flooring",
    "Orchard Gate Ciders",
    "Pinecrest Camping",
    "Quarry Stone Tiles",
    "Riverbend Glass",
    "Saltmarsh Spices",
    "Sparrow Lane Books",
    "Thistle Down Bedding",
    "Umber Paint Works",
    "Willow Run Ceilings",
];

/// Given and family names of the clients' owners, in the same order.
pub(crate) const CLIENT_OWNERS: [(&str, &str); 40] = [
    ("Elena", "Marsh"),
    ("Owen", "Fielding"),
    ("Sofia", "Conti"),
    ("Marcus", "Webb"),
    ("Yuki", "Mori"),
    ("Hannah", "Frost"),
    ("Diego", "Salazar"),
    ("Clara", "Jensen"),
    ("Samir", "Khan"),
    ("Olivia", "Grant"),
    ("Mateo", "Cruz"),
    ("Freya", "Lund"),
    ("Arjun", "Mehta"),
    ("Nadia", "Haddad"),
    ("Liam", "Doyle"),
    ("Zoe", "Pappas"),
    ("Noah", "Bergman"),
    ("Amara", "Eze"),
    ("Lucas", "Moreau"),
    ("Mei", "Chen"),
    ("Hugo", "Silva"),
    ("Ivy", "Clarke"),
    ("Rafael", "Costa"),
    ("Greta", "Vogel"),
    ("Theo", "Martin"),
    ("Leila", "Aziz"),
    ("Oscar", "Nilsson"),
    ("Bianca", "Rossi"),
    ("Kofi", "Mensah"),
    ("Stella", "Novak"),
    ("Jonas", "Weiss"),
    ("Maya", "Singh"),
    ("Adam", "Kaplan"),
    ("Rosa", "Jimenez"),
    ("Felix", "Braun"),
    ("Anya", "Volkov"),
    ("Ryan", "Murphy"),
    ("Ingrid", "Dahl"),
    ("Malik", "Johnson"),
    ("Wendy", "Liu"),
];

/// The EIN of a client by its place in the list.
pub(crate) fn client_ein(index: usize) -> String {
    format!("18-20000{:02}", index + 1)
}

/// The party key of a client.
pub(crate) fn client_party(index: usize) -> String {
    format!("P-4{:03}", index + 1)
}

/// The User ID of a client's owner.
pub(crate) fn client_user_name(index: usize) -> String {
    let (given, family) = CLIENT_OWNERS[index];
    format!("{}.{}", given.to_lowercase(), family.to_lowercase())
}

/// The mail domain of a client.
pub(crate) fn client_domain(index: usize) -> String {
    let name: String = CLIENTS[index]
        .split(' ')
        .take(2)
        .collect::<String>()
        .to_lowercase();
    format!("{name}.example")
}
